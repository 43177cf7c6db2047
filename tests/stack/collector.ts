/** A span as OTLP over HTTP/JSON carries it, with its attributes as a plain object. */
export interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  status?: { code?: number; message?: string };
  attributes: Record<string, string>;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: string; doubleValue?: number; boolValue?: boolean };
}

type WireSpan = Omit<Span, "attributes"> & { attributes?: Attribute[] };

interface WireTraces {
  resourceSpans: { scopeSpans: { spans: WireSpan[] }[] }[];
}

/** Stands in for a collector: takes OTLP over HTTP/JSON and keeps the spans and the bodies of logs. */
export class Collector implements AsyncDisposable {
  readonly spans: Span[] = [];
  readonly logs: string[] = [];
  readonly #server = Deno.serve({ port: 0, onListen() {} }, (request) => this.#take(request));

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The environment in which a Deno process reports to this collector. */
  get env(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_SERVICE_NAME: "almanac",
      OTEL_EXPORTER_OTLP_ENDPOINT: this.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_BLRP_SCHEDULE_DELAY: "100",
    };
  }

  async #take(request: Request): Promise<Response> {
    const text = await request.text();
    if (request.url.endsWith("/v1/logs")) this.logs.push(text);
    if (request.url.endsWith("/v1/traces")) {
      const { resourceSpans } = JSON.parse(text) as WireTraces;
      for (const { spans } of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans)) {
        this.spans.push(...spans.map(read));
      }
    }
    return Response.json({});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function read({ attributes = [], ...span }: WireSpan): Span {
  const plain = attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]);
  return { ...span, attributes: Object.fromEntries(plain) };
}

import { z } from "zod";
import { id, of } from "./definition.ts";

const keys = of("api_key");
const services = of("platform_service");
const grants = of("service_grant");

const scopes = z.object({ scopes: z.array(z.string()) });
const service = z.object({ name: z.string(), version: z.string(), status: z.string() });
const looked = service.extend({ failures: z.int() });

/** What happens to API keys and registered services; part of the catalog. */
export const credentialEvents = {
  "api_key.created": keys("There is a new API key.", scopes),
  "api_key.updated": keys("Its name, scopes or tier changed.", scopes),
  "api_key.rotated": keys(
    "A new one was made in its place.",
    z.object({ new_api_key_id: id, overlap_seconds: z.int() }),
  ),
  "api_key.revoked": keys("It opens nothing any more.", z.object({})),

  "platform_service.registered": services("There is a new service.", service),
  "platform_service.updated": services("Its version, place, capabilities or scopes changed.", service),
  "platform_service.degraded": services("Three looks at its health in a row failed.", looked),
  "platform_service.recovered": services("It is healthy, again or for the first time.", looked),
  "platform_service.secret_rotated": services("It has a new secret.", service),
  "platform_service.tokens_revoked": services("All its tokens were revoked.", service),
  "platform_service.retired": services("It is no more.", service),

  "service_grant.given": grants(
    "An organization lets a service of the platform in, with these scopes.",
    scopes.extend({ service_id: id }),
  ),
  "service_grant.withdrawn": grants("It does no longer.", z.object({ service_id: id })),
};

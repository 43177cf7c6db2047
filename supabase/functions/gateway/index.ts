import { createApp } from "../../../shared/http/app.ts";
import { registerRoutes } from "./routes.ts";

const app = createApp({ name: "gateway", passesOn: "/gateway/v1/" });
registerRoutes(app);

export default { fetch: app.fetch };

import { createApp } from "../../../shared/http/app.ts";
import { registerRoutes } from "./routes.ts";

const app = createApp({ name: "platform" });
registerRoutes(app);

export default { fetch: app.fetch };

import { createApp } from "../../../shared/http/app.ts";
import { registerRoutes } from "./routes.ts";

const app = createApp({ name: "scheduling" });
registerRoutes(app);

export default { fetch: app.fetch };

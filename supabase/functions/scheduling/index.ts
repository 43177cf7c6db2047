import { createApp } from "../../../shared/http/app.ts";
import { registerRoutes } from "./routes.ts";

const app = createApp({ name: "scheduling", takesFiles: "/scheduling/imports" });
registerRoutes(app);

export default { fetch: app.fetch };

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The dashboard as static files; the desk serves them from `dist`. In development `vite` passes what the desk answers on to it. */
export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { target: "es2023", sourcemap: false, chunkSizeWarningLimit: 800, assetsInlineLimit: 0 },
  server: { port: 5_173, proxy: { "/api": "http://127.0.0.1:5000", "/ws": { target: "ws://127.0.0.1:5000", ws: true } } },
});

// The browser's painter, which is built on its own and served beside the page.
export * from "../src/main.ts";

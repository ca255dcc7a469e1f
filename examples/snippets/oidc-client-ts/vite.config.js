const { ISSUER, CLIENT_ID, PORT, API } = process.env;

export default {
  // These three become part of the page, and no other variable: envPrefix would take every name that begins like them.
  define: { SETTINGS: { ISSUER, CLIENT_ID, API } },
  server: {
    port: Number(PORT),
    strictPort: true,
    // The API is called at the page's own origin, so it needs no CORS.
    proxy: { '/notes': API },
  },
};

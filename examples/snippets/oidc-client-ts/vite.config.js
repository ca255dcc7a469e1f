const { ISSUER, CLIENT_ID, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, SCOPE, API, PORT } = process.env;

export default {
  // These become part of the page, and no other variable: envPrefix would take every name that begins like them.
  define: { SETTINGS: { ISSUER, CLIENT_ID, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, SCOPE, API } },
  server: {
    port: Number(PORT),
    strictPort: true,
    // The API is called at the page's own origin, so it needs no CORS.
    proxy: API && { '/notes': API },
  },
};

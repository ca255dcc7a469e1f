const { PORT, API } = process.env;

export default {
  // These, and no other variables, become part of the page.
  envPrefix: ['ISSUER', 'CLIENT_ID', 'API'],
  server: {
    port: Number(PORT),
    strictPort: true,
    // The API is called at the page's own origin, so it needs no CORS.
    proxy: { '/notes': API },
  },
};

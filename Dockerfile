# The provider and its admin command, without development dependencies: docs/production.md says how to run it.
# scripts/container-check.ts follows every line where there is no Docker, and knows only the instructions that are used here.
FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY src/resource-server/package.json src/resource-server/
RUN npm ci --omit=dev --no-audit && mkdir data

# What is copied belongs to root: the provider's user cannot change what it runs.
FROM node:24.21.0-slim
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
COPY adapters adapters
COPY views views
COPY scripts/admin.ts scripts/usage-error.ts scripts/
COPY scripts/admin scripts/admin
COPY scripts/container/health.ts scripts/container/
COPY examples/snippets examples/snippets
COPY --from=build --chown=node:node /app/data data
ENV NODE_ENV=production HOST=0.0.0.0
USER node
VOLUME /app/data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "--", "scripts/container/health.ts"]
CMD ["node", "--", "src/start.js"]

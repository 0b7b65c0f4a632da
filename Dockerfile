# syntax=docker/dockerfile:1
# Three steps: install what is needed to build, build the console, keep only what runs.
# The server runs from source (Node strips the types), so the last step holds the packages and no build output but the
# console's. PostgreSQL: give DATABASE_URL, or mount /var/lib/holdfast and the embedded one lives there.

FROM node:24-bookworm-slim AS build
WORKDIR /opt/holdfast
COPY package.json package-lock.json ./
COPY engines/bundle/package.json engines/bundle/
COPY engines/events/package.json engines/events/
COPY engines/policy/package.json engines/policy/
COPY server/package.json server/
COPY gateway/package.json gateway/
COPY sdk/package.json sdk/
COPY cli/package.json cli/
COPY cli/bin cli/bin
COPY console/package.json console/
COPY testkit/package.json testkit/
COPY examples/shop/package.json examples/shop/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build --workspace @holdfast/console

FROM build AS runtime-packages
# The image brings its own Node: the pinned one (an optional package of the root, for npm on older machines) goes.
RUN npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node testkit examples bench docs

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOLDFAST_DATA=/var/lib/holdfast
# node:node (uid 1000) comes with the base image. PostgreSQL refuses to run as root, and so do we.
RUN mkdir -p /var/lib/holdfast && chown node:node /var/lib/holdfast
COPY --from=runtime-packages --chown=root:root /opt/holdfast /opt/holdfast
WORKDIR /opt/holdfast
USER node
VOLUME /var/lib/holdfast
EXPOSE 7400 7480
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7400/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# exec form: node is process 1's only child of concern and receives SIGTERM itself.
ENTRYPOINT ["node", "cli/bin/holdfast.js"]
CMD ["start"]

# syntax=docker/dockerfile:1
# The server runs from source (Node strips the types), so what is built here is the console alone.
#
#   docker build -t holdfast .
#   docker run -p 7400:7400 -v holdfast:/var/lib/holdfast -v ./seal.key:/run/secrets/seal.key:ro \
#     -e HOLDFAST_PUBLIC_URL=https://holdfast.example.com -e HOLDFAST_SEAL_KEY_FILE=/run/secrets/seal.key holdfast
#
# It starts in production mode, which refuses what is unsafe there: a public URL without https, a seal key beside the data.
# PostgreSQL: give DATABASE_URL, or the embedded one lives in the volume. The gateway: `holdfast gateway start`.

FROM node:24-bookworm-slim AS build
WORKDIR /opt/holdfast
COPY package.json package-lock.json ./
COPY engines/bundle/package.json engines/bundle/
COPY engines/events/package.json engines/events/
COPY engines/merkle/package.json engines/merkle/
COPY engines/envelope/package.json engines/envelope/
COPY engines/http-guard/package.json engines/http-guard/
COPY engines/inspection/package.json engines/inspection/
COPY engines/policy/package.json engines/policy/
COPY engines/detectors/package.json engines/detectors/
COPY engines/match/package.json engines/match/
COPY engines/seclang/package.json engines/seclang/
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
RUN npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOLDFAST_MODE=production \
    HOLDFAST_DATA=/var/lib/holdfast \
    HOLDFAST_HTTP_LISTEN=0.0.0.0:7400
# The user node (uid 1000) comes with the base image.
RUN mkdir -p /var/lib/holdfast && chown node:node /var/lib/holdfast
COPY --from=runtime-packages --chown=root:root /opt/holdfast /opt/holdfast
WORKDIR /opt/holdfast
USER node
VOLUME /var/lib/holdfast
EXPOSE 7400 7480
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7400/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# In exec form, so that SIGTERM reaches node itself; it stops cleanly.
ENTRYPOINT ["node", "cli/bin/holdfast.js"]
CMD ["start"]

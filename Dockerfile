# One image per service: docker build --target order-service .

FROM node:24-slim AS build
WORKDIR /srv
# swagger-ui-dist reports each installation otherwise.
ENV SCARF_ANALYTICS=false
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY nest-cli.json tsconfig.json .swcrc ./
COPY apps apps
COPY libs libs
COPY migrations migrations
COPY tools tools
COPY bench bench
RUN npm run build && npm prune --omit=dev

FROM node:24-slim AS service
WORKDIR /srv
ENV NODE_ENV=production NODE_OPTIONS="--enable-source-maps --max-semi-space-size=64"
# Of the container: what of it can be reached from elsewhere is for whoever runs it to say.
ENV METRICS_HOST=0.0.0.0
COPY --from=build --chown=root:root /srv/package.json ./
COPY --from=build --chown=root:root /srv/node_modules node_modules
COPY --from=build --chown=root:root /srv/dist dist
# The code belongs to root: what runs cannot change it.
USER node
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

FROM service AS order-service
ENV PORT=8080 METRICS_PORT=9464
EXPOSE 8080 9464
CMD ["node", "dist/apps/order-service/src/main.js"]

FROM service AS inventory-service
ENV PORT=8081 METRICS_PORT=9465
EXPOSE 8081 9465
CMD ["node", "dist/apps/inventory-service/src/main.js"]

FROM service AS payment-service
ENV PORT=8082 METRICS_PORT=9466
EXPOSE 8082 9466
CMD ["node", "dist/apps/payment-service/src/main.js"]

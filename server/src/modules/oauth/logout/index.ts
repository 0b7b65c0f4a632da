export { logoutErrors } from './errors.ts'
export { logoutEvents } from './events.ts'
export { logoutRoutes } from './routes.ts'
export { createTellLogout, sessionsEnded, tellLogoutJob } from './tell.ts'

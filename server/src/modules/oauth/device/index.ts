export { deviceEvents } from './events.ts'
export { configureDevice } from './poll.ts'
export { deviceRoutes } from './routes.ts'
export { deviceTables } from './tables.ts'

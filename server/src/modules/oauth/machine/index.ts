export { createMachine } from './answer.ts'

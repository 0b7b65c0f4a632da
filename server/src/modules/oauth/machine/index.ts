export { createMachine } from './answer.ts'
export { type MachineRequest, readMachineRequest } from './request.ts'

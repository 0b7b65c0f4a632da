/** Roles for those who want only roles: a file of roles, permissions and assignments becomes Cedar policies. Pure: no IO. */
export { compileRoles, ROLES_SOURCE } from './compile.ts'
export type { Assignment, CompiledRoles, RoleDraft, RolesFlaw } from './types.ts'

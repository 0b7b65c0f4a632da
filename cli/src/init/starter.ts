// What a newly guarded application begins with. The SDK's middleware asks for the action that is the request's method
// (HEAD is decided as GET), on `Route::"/path"`; from here the team writes its own types and policies.

export const starterSchema = `entity Group in [Group];
entity Person in [Group];
entity Service in [Group];
entity Route = { "method": String, "path": String };

action "get", "options", "post", "put", "patch", "delete" appliesTo {
  principal: [Person, Service],
  resource: [Route],
  context: {}
};
`

export const starterGroup = { id: 'members', name: 'Members' } as const

export const starterPolicies: Readonly<Record<string, string>> = {
  'admins-may-do-everything': `permit (
  principal in Group::"admins",
  action,
  resource
);
`,
  'members-may-read': `permit (
  principal,
  action == Action::"get",
  resource is Route
)
when { principal in Group::"members" };
`,
}

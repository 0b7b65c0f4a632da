import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('tenants', {
  tenant_not_found: {
    status: 404,
    title: 'Tenant not found',
    detail: 'There is no tenant `{tenant}`.',
    help: 'List them with `holdfast tenants list`.',
  },
  tenant_taken: {
    status: 409,
    title: 'Tenant name taken',
    detail: 'There is a tenant `{slug}` already.',
    help: 'Choose another short name. It cannot be changed later, since addresses and audiences of tokens have it.',
  },
  tenant_host_taken: {
    status: 409,
    title: 'Host taken',
    detail: 'The host {host} belongs to another tenant, to an application, or to the installation itself.',
    help: 'A host leads to one place. Take it away there first, or choose another.',
  },
  tenant_first: {
    status: 409,
    title: 'The first tenant',
    detail: 'The first tenant looks after the installation, and can be neither suspended nor deleted.',
    help: 'To stop everything, stop the server.',
  },
  tenant_active: {
    status: 409,
    title: 'Tenant active',
    detail: 'The tenant `{slug}` is answered. Only one that is suspended can be deleted.',
    help: 'Suspend it first: whoever needs it then has the time to say so.',
  },
  tenant_held: {
    status: 409,
    title: 'Legal hold',
    detail: 'A legal hold in the tenant `{slug}` says that something of it must stay.',
    help: 'Let the tenant go on, and have an operator of it release the hold.',
  },
  tenant_hits_more: {
    status: 409,
    title: 'It hits more than was said',
    detail: 'The tenant has {people} people; whoever asked knew of {acknowledged}.',
    help: 'Look again: `GET /api/v1/tenants/<tenant>/hits`.',
  },
})

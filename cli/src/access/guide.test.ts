import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { holdfast } from '../testing/run.ts'

/** The first YAML of a page of the guide. */
function example(page: string): string {
  const text = readFileSync(new URL(`../../../docs/guide/${page}`, import.meta.url), 'utf8')
  return /```yaml\n([^]*?)```/.exec(text)?.[1] ?? ''
}

it('the file of the guide to policy tests runs, with all that it shows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-guide-'))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('blog.policy-test.yaml', example('policy-tests.md').replace('policies: policies ', 'policies: . '))
  write(
    'blog.cedarschema',
    `entity Role in [Role]; entity Group in [Group, Role]; entity Person in [Group, Role]; entity Service in [Group, Role];
     entity Folder; entity Post in [Folder] { author: Person, published: Bool };
     action read, edit, delete appliesTo { principal: [Person, Service], resource: Post, context: { address: ipaddr } };`,
  )
  write(
    'authors.cedar',
    'permit (principal, action, resource) when { resource.author == principal && action != Action::"delete" };',
  )
  write(
    'authors-delete.cedar',
    'permit (principal, action == Action::"delete", resource) when { resource.author == principal };',
  )
  write(
    'share.cedar',
    'permit (principal == ?principal, action == Action::"edit", resource in ?resource) when { resource.published };',
  )
  const { code, out, error } = await holdfast(['access', 'test', folder])
  expect([code, error]).toEqual([0, ''])
  expect(out).toContain('9 decisions: 9 as expected, 0 not.')
})

it('the file of the guide to roles compiles to policies that are valid', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-guide-'))
  const file = join(folder, 'roles.yaml')
  writeFileSync(file, example('rbac-with-roles-yaml.md'))
  writeFileSync(
    join(folder, 'docs.cedarschema'),
    `entity Role in [Role]; entity Group in [Group, Role]; entity Person in [Group, Role]; entity Service in [Group, Role];
     entity Folder; entity Document { owner: Person, published: Bool, reviews: Long, size: Long };
     action read, edit, delete, publish appliesTo { principal: [Person, Service], resource: Document };
     action create appliesTo { principal: Person, resource: Folder };`,
  )
  const { code, out, error } = await holdfast(['access', 'roles', 'compile', file])
  expect([code, error]).toEqual([0, ''])
  expect(out).toContain('// role-author-document-owner\n')
  expect(out).toContain('when { (resource.reviews >= 2) && (resource.size < 1000) };')
})

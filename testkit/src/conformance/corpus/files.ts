import { readdir, readFile } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import { readTarGz } from './tar.ts'

/** The files of a corpus: those of a directory, and those packed into the .tar.gz archives in it. */
export class CorpusFiles {
  readonly #read: ReadonlyMap<string, () => Promise<Buffer>>

  private constructor(read: ReadonlyMap<string, () => Promise<Buffer>>) {
    this.#read = read
  }

  static async open(directory: string): Promise<CorpusFiles> {
    const files = new Map<string, () => Promise<Buffer>>()
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    for (const entry of entries) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const name = relative(directory, path).split(sep).join('/')
      if (!name.endsWith('.tar.gz')) {
        files.set(name, () => readFile(path))
        continue
      }
      for (const [member, bytes] of readTarGz(await readFile(path))) {
        files.set(posix.join(posix.dirname(name), member), () => Promise.resolve(bytes))
      }
    }
    return new CorpusFiles(files)
  }

  names(): string[] {
    return [...this.#read.keys()]
  }

  async bytes(name: string): Promise<Buffer> {
    const read = this.#read.get(name)
    if (read === undefined) throw new Error(`the corpus has no file ${name}`)
    return read()
  }

  async text(name: string): Promise<string> {
    return (await this.bytes(name)).toString('utf8')
  }

  /** The file that another one means: by its path from the corpus' root, else from any folder above the other, else beside it. */
  resolve(from: string, path: string): string {
    const folders = [from]
    while (folders[0] !== '.') folders.unshift(posix.dirname(folders[0] ?? '.'))
    for (const folder of folders) {
      const name = posix.join(folder, path)
      if (this.#read.has(name)) return name
    }
    return posix.join(posix.dirname(from), posix.basename(path))
  }
}

import { parseCheckpoint, splitNotes } from '@holdfast/merkle'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Option } from 'commander'
import { collect } from '../commands/options.ts'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

export function anchorOption(): Option {
  const said = 'a file with checkpoints that were kept elsewhere: the log must continue each of them (repeatable)'
  return new Option('--anchor <file>', said).argParser(collect)
}

/** The checkpoints of anchor files: signed notes, one after the other. */
export function readAnchors(files: readonly string[] = [], { cwd }: Terminal): string[] {
  return files.flatMap((file) => {
    const notes = splitNotes(readFileSync(resolve(cwd, file), 'utf8'))
    // An anchor that says nothing must not look like one that was compared.
    if (notes.length > 0) return notes
    throw new Failure({ code: 'anchor_empty', detail: `There is no checkpoint in ${file}.` })
  })
}

/** The sizes of the trees that these checkpoints are of, ascending, each once; nothing is verified here. */
export function sizesOf(notes: readonly string[]): number[] {
  const sizes = notes.map((note) => parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1)).size)
  return [...new Set(sizes)].toSorted((one, other) => one - other)
}

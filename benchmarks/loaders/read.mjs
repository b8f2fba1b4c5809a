// Reads one table of a version and says what arrived: node read.mjs parquet|csv FILE
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(process.env.COPYDESK_NODE_MODULES + '/'))
const load = async (name) => import(pathToFileURL(require.resolve(name)))
const [format, file] = process.argv.slice(2)

async function parquet() {
  const { parquetReadObjects, parquetSchema, parquetMetadata } = await load('hyparquet')
  const { compressors } = await load('hyparquet-compressors')
  const bytes = readFileSync(file)
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const names = parquetSchema(parquetMetadata(buffer)).children.map((child) => child.element.name)
  return [names, await parquetReadObjects({ file: buffer, compressors })]
}

async function csv() {
  const { parse } = await load('csv-parse/sync')
  const [names, ...rows] = parse(readFileSync(file))
  return [names, rows.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]])))]
}

const typeOf = (value) => (Array.isArray(value) ? 'Array' : value instanceof Date ? 'Date' : typeof value)
const [names, rows] = await (format === 'parquet' ? parquet() : csv())
const columns = names.map((name) => {
  const there = rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined && value !== '')
  return [name, [...new Set(there.map(typeOf))].sort().join('|'), rows.length - there.length]
})
console.log(JSON.stringify({ rows: rows.length, columns }))

// A child of the adapter `pipe`: vectors as BufferLists of the npm package bl.
const { BufferList } = require('bl')

const vectors = new Map()
const of = (number) => vectors.get(number)
const data = (text) => Buffer.from(text === '-' ? '' : text, 'hex')
const hexadecimal = (buffer) => buffer.toString('hex') || '-'
// A range, cut at the end. Numbers beyond 2^53 are not exact, and beyond every end.
const cut = (number, offset, count) => {
  const start = Math.min(Number(offset), of(number).length)
  return [start, start + Math.min(Number(count), of(number).length - start)]
}

const functions = {
  create: (v) => { vectors.set(v, new BufferList()); return 0 },
  destroy: (v) => { vectors.delete(v); return 0 },
  content: (v) => hexadecimal(of(v).slice()),
  size: (v) => of(v).length,
  reset: (v) => functions.create(v),
  assign: (v, text) => { functions.create(v); return functions.add(v, text) },
  add: (v, text) => { of(v).append(data(text)); return 0 },
  to_buf: (v, offset, count) => {
    const [start, end] = cut(v, offset, count)
    const target = Buffer.alloc(end - start)
    of(v).copy(target, 0, start, end)
    return `${end - start} ${hexadecimal(target)}`
  },
  concat: (v, source, offset, count) => {
    const [start, end] = cut(source, offset, count)
    of(v).append(of(source).shallowSlice(start, end))
    return end - start
  },
  slice: (v, source, offset, count) => {
    const [start, end] = cut(source, offset, count)
    vectors.set(v, of(source).shallowSlice(start, end))
    return 0
  },
  copy_vector: (v, source) => { vectors.set(v, of(source).duplicate()); return 0 },
  discard_front: (v, count) => {
    const before = of(v).length
    of(v).consume(Math.min(Number(count), before))
    return before - of(v).length
  }
}

console.log('lockstep-pipe 1 ranges_are_cut')
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [name, ...args] = line.split(' ')
  console.log(name in functions ? functions[name](...args) : 'skip')
})

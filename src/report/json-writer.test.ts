import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonWriter } from './json-writer.ts';

const number = fc.oneof(fc.nat(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const members = fc.array(fc.tuple(fc.string({ unit: 'binary' }), number, fc.boolean()), { maxLength: 50 });

it('what is written is what JSON.stringify writes', () => {
  fc.assert(
    fc.property(members, (objects) => {
      const writer = jsonWriter();
      // A second time, for what was taken is gone.
      for (let round = 0; round < 2; round += 1) {
        writer.raw('[');
        objects.forEach(([text, size, empty], index) => {
          if (index > 0) writer.raw(',');
          const start = writer.place();
          if (!empty) {
            writer.text(',"text":', text);
            writer.number(',"size":', size);
          }
          writer.enclose(start);
        });
        writer.raw(']');
        const expected = objects.map(([text, size, empty]) => (empty ? {} : { text, size }));
        expect(writer.take()).toBe(JSON.stringify(expected));
      }
    }),
  );
});

it('grows with what is written', () => {
  const writer = jsonWriter();
  const long = '\u0000é"\\𝄞'.repeat(100_000);
  writer.text('', long);
  expect(writer.take()).toBe(JSON.stringify(long));
});

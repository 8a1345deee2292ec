import type { Verification, VerifiedCell } from '../../lab/verify/index.ts';
import { count } from '../../model/index.ts';
import { formatTable } from './table.ts';

/** What differs, with both proofs, and the sums; `wide` has a line for every cell. */
export function formatVerification(result: Verification, wide: boolean): string {
  const { cells, agreed, disagreed, unknown, untried } = result;
  const parts: string[] = [];
  if (wide) parts.push(formatTable(head, cells.map(rowOf)), '\n');
  for (const cell of cells) if (cell.agrees === 'no') parts.push(describeDifference(cell), '\n');
  parts.push(
    `${count(cells.length, 'cell')}: ${agreed} where packets and verdict agree, ${disagreed} where they differ`,
    unknown === 0 ? '' : `, ${unknown} where the verdict is unknown`,
    '\n',
  );
  for (const [why, number] of Object.entries(untried)) parts.push(`${number} not tried: ${why}\n`);
  return parts.join('');
}

const head = ['FROM', 'TO', 'TARGET', 'VERDICT', 'PACKETS', 'SEEN', 'DROPPED BY'];

function rowOf({ from, to, target, verdict, packets }: VerifiedCell): readonly string[] {
  return [from, to, target, verdict, packets.outcome, packets.seen, packets.droppedBy?.join(', ') ?? '-'];
}

function describeDifference({
  from,
  to,
  target,
  protocol,
  port,
  verdict,
  packets,
  proof,
}: VerifiedCell): string {
  const { outcome, seen, droppedBy = [] } = packets;
  const dropped = droppedBy.length === 0 ? '' : `; dropped by ${droppedBy.join(', ')}`;
  return [
    `DIFFERS  ${from} -> ${to}  ${protocol} ${port}  (${target})`,
    `  packets: ${outcome}: ${seen}${dropped}`,
    `  verdict: ${verdict}`,
    ...(proof ?? '').split('\n').map((line) => (line === '' ? '' : `    ${line}`)),
    '',
  ].join('\n');
}

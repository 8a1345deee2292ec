import { findLab, type LabHandle, listLabs } from '../../lab/index.ts';
import { quoteForShell } from '../../report/index.ts';
import { inputError, unavailable, usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** What a lab is called that was given no name. */
const defaultName = 'lab';

/** The variable by which a shell of a lab tells the verbs that are called in it which lab it belongs to. */
export const labVariable = 'PORTCULLIS_LAB';

/** The lab that is meant: the one named, else that of the shell, else `lab`, else the only one. Throws a Refusal that says what runs. */
export function chooseLab(name: string | undefined, { env }: Pick<Terminal, 'env'>): LabHandle {
  refuseOutsideLinux();
  const wanted = name ?? env[labVariable];
  if (wanted !== undefined) return findLab(wanted) ?? refuse(wanted);
  const labs = listLabs();
  const chosen = labs.find((lab) => lab.name === defaultName) ?? (labs.length === 1 ? labs[0] : undefined);
  return chosen ?? refuse(undefined);
}

function refuse(wanted: string | undefined): never {
  const names = listLabs().map((lab) => lab.name);
  if (names.length === 0) {
    throw inputError(
      wanted === undefined ? 'no lab is running' : `no lab is called ${wanted}; none is running`,
      [`start one: portcullis lab up${nameWords(wanted)}`],
    );
  }
  const running = `running: ${names.join(', ')}`;
  if (wanted === undefined) throw inputError('several labs are running: say which with --name', [running]);
  throw inputError(`no lab is called ${wanted}`, [
    running,
    `start it: portcullis lab up${nameWords(wanted)}`,
  ]);
}

/** The flag that leads another verb to this lab; nothing where it needs none. */
export function nameWords(name: string | undefined): string {
  return name === undefined || name === defaultName ? '' : ` --name ${quoteForShell(name)}`;
}

/** The name of a new lab. Throws a Refusal where it is no DNS label or taken. */
export function newName(name: string = defaultName): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) {
    throw usageError(
      `a lab cannot be called ${JSON.stringify(name)}: up to 40 small letters, digits and dashes`,
    );
  }
  refuseOutsideLinux();
  if (findLab(name) === undefined) return name;
  throw inputError(`a lab called ${name} is running already`, [
    `end it: portcullis lab down${nameWords(name)}`,
    'or give the new one a name of its own: --name NAME',
  ]);
}

/** Throws a Refusal where there can be no lab. */
export function refuseOutsideLinux(): void {
  if (process.platform === 'linux') return;
  throw unavailable('the lab needs the kernel of Linux: a virtual machine or a container will do', [
    'portcullis lab doctor says how',
  ]);
}

import type { ImageEntry, ProxyChoice } from '../../lab/index.ts';
import { exitCodes, Refusal } from '../exit.ts';
import { type Played, type PlayedStep, play } from '../play-scenario.ts';
import { readScenario } from '../scenario.ts';
import type { Terminal } from '../terminal.ts';
import type { Packets } from './probe.ts';
import { openScenarioLab } from './scenario-lab.ts';
import { tellApplied } from './tell-applied.ts';

/** A question of a scenario, answered twice. `differences` are those of the verdict from what is expected, and of the packets from the verdict. */
export interface LabQuestion extends Played {
  readonly packets: Packets;
}

/** A step of a scenario that was played in a lab. */
export interface LabStep extends Omit<PlayedStep, 'questions'> {
  readonly questions: readonly LabQuestion[];
}

export interface PlayInLabOptions {
  /** The folder of the scenario; absolute. */
  readonly root: string;
  readonly images: readonly ImageEntry[];
  readonly proxy: ProxyChoice;
  /** Milliseconds for pods to get ready. */
  readonly timeout: number;
}

/** Plays a scenario step by step, with verdicts and with packets, in a lab that ends with it. Throws a Refusal, also where pods do not get ready. */
export async function* playInLab(
  { root, images, proxy, timeout }: PlayInLabOptions,
  terminal: Terminal,
): AsyncGenerator<LabStep> {
  const scenario = readScenario(root);
  const lab = await openScenarioLab({ root, scenario, images, proxy, timeout }, terminal);
  try {
    let number = 0;
    for await (const step of play(root)) {
      const { applied, readiness } = await lab.enter(number);
      tellApplied(applied, terminal);
      if (readiness.ready < readiness.total) {
        const lines = readiness.waiting.map(({ pod, why }) => `${pod}: ${why}`);
        throw new Refusal(exitCodes.expectationFailed, 'not all pods of the scenario get ready', lines);
      }
      const questions: LabQuestion[] = [];
      for (const question of step.questions) {
        const { packets, differences } = await lab.ask(question.answer);
        questions.push({ ...question, packets, differences: [...question.differences, ...differences] });
      }
      yield { ...step, questions };
      number += 1;
    }
  } finally {
    await lab.close();
  }
}

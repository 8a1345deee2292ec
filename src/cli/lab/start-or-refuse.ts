import { LabStartError } from '../../lab/index.ts';
import { unavailable } from '../exit.ts';

/** Starts a lab; where that fails, looks for the reason in what this machine can do, and says it. Throws a Refusal. */
export async function startOrRefuse<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const { examine, adviceOf } = await import('./doctor-run.ts');
    const advice = adviceOf(await examine());
    if (advice.length > 0) {
      throw unavailable('this machine cannot run a lab as it is', [
        ...advice,
        'portcullis lab doctor has the rest',
      ]);
    }
    if (error instanceof LabStartError && !error.inside) throw unavailable(error.message, error.details);
    throw error;
  }
}

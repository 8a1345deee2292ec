import type { WriteCheck } from '../../store/index.ts';
import type { Call } from '../http/call.ts';
import type { Target } from '../path.ts';

export function validator(_call: Call, _target: Target): WriteCheck {
  return () => undefined;
}

import fc from 'fast-check';

/** One seed for every property, so that a run says the same each time; FUZZ_SEED tries another. */
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 20261121) });

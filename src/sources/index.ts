export { type Assumption, parseAssumption } from './assumption.ts';
export { findProject } from './find-project.ts';
export { findTestFiles } from './find-test-files.ts';
export type { GitCommit, GitResult } from './git.ts';
export { findCommit, findMergeBase } from './git.ts';
export { type LoadedRevision, loadProjectAt, loadSourcesAt, type RevisionProject } from './git-revision.ts';
export { loadSources } from './load.ts';
export { loadProject } from './load-project.ts';
export { relativeName } from './names.ts';
export {
  type HelmEntry,
  type KustomizeEntry,
  meshSettings,
  type PathEntry,
  type Project,
  type ProjectAuthorizer,
  type ProjectSource,
  type TemplateEntry,
} from './project.ts';
export { readFileText } from './read-file-text.ts';
export { type ProjectResult, readProject } from './read-project.ts';
export { manifestEntry } from './source-entry.ts';
export type { Env, Loaded, LoadedSource, SourceRequest } from './types.ts';

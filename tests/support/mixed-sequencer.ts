import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Number of files of a project that run one after another, in the same processes. */
const blockLength = 9;

/**
 * Spreads blocks of the files of each project evenly over the run, so that files that compute run beside files that wait for
 * processes and time. Vitest's own order runs one project after the other. A worker process is kept for the next file only if
 * that file is of the same project, so single files of many projects would need a new process each.
 */
export class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = new Map<string, TestSpecification[]>();
    // Within a project, Vitest's own order puts failed and long files first.
    for (const file of await super.sort(files)) {
      const { name } = file.project;
      projects.set(name, [...(projects.get(name) ?? []), file]);
    }
    const blocks = [...projects.values()].flatMap((all) => {
      const count = Math.ceil(all.length / blockLength);
      return Array.from({ length: count }, (_, index) => ({
        files: all.slice((all.length * index) / count, (all.length * (index + 1)) / count),
        place: index / count,
      }));
    });
    return blocks.toSorted((a, b) => a.place - b.place).flatMap(({ files }) => files);
  }
}

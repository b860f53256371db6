import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Spreads the files of each project evenly over the run, so that files that compute run beside files that wait for
 * processes and time. Vitest's own order runs one project after the other.
 */
export class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = new Map<string, TestSpecification[]>();
    // Within a project, Vitest's own order puts failed and long files first.
    for (const file of await super.sort(files)) {
      const { name } = file.project;
      projects.set(name, [...(projects.get(name) ?? []), file]);
    }
    const placed = [...projects.values()].flatMap((all) =>
      all.map((file, index) => ({ file, place: index / all.length })),
    );
    return placed.toSorted((a, b) => a.place - b.place).map(({ file }) => file);
  }
}

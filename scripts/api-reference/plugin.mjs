// TypeDoc plugin: names the modules as users import them, and documents members that need no comment in the source.
// - A setter has the comment of its getter.
// - A property whose type is one string, such as the `type` of a message or the `name` of an error, has just that value.
// - A member of an inline object type refers to the declaration that the type belongs to, if that has a comment.
import { readdirSync, readFileSync } from "node:fs";
import { Application, Comment, Converter, ReflectionKind } from "typedoc";

const packages = new URL("../../packages/", import.meta.url);

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    const names = readdirSync(packages).map((folder) => manifestOf(folder).name);
    app.options.setValue("packagesRequiringDocumentation", names);
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    project.getReflectionsByKind(ReflectionKind.Module).forEach(nameModule);
    project.getReflectionsByKind(ReflectionKind.Accessor).forEach(documentSetter);
    project.getReflectionsByKind(ReflectionKind.Property).forEach(documentProperty);
  });
}

function nameModule(module) {
  const [, folder, entry] = /^([^/]+)\/src(?:\/(\w+))?/.exec(module.name);
  const { name, description } = manifestOf(folder);
  module.name = entry ? `${name}/${entry}` : name;
  if (!entry) module.comment ??= text(description);
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(new URL(`${folder}/package.json`, packages), "utf8"));
}

function documentSetter({ getSignature, setSignature }) {
  if (getSignature?.comment && setSignature) setSignature.comment ??= getSignature.comment.clone();
}

function documentProperty(property) {
  if (property.hasComment()) return;
  const { type } = property;
  if (type?.type === "literal" && typeof type.value === "string") {
    property.comment = text(`Always \`"${type.value}"\`.`);
    return;
  }
  if (!property.parent?.kindOf(ReflectionKind.TypeLiteral)) return;
  let owner = property.parent;
  while (owner && !owner.hasComment()) owner = owner.parent;
  const holders = ReflectionKind.ClassOrInterface | ReflectionKind.SomeModule;
  if (owner && !owner.kindOf(holders)) property.comment = text(`See \`${owner.name}\`.`);
}

function text(words) {
  return new Comment([{ kind: "text", text: words }]);
}

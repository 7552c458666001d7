import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';

/**
 * The whole project as one program, in which files can be given other texts. Only what feels that is checked again: the
 * file, and whoever imports it when its exports have another type now.
 */
export class Project {
  readonly #root: string;
  readonly #service: ts.LanguageService;
  readonly #importers: ReadonlyMap<string, readonly string[]>;
  readonly #declared: ReadonlyMap<string, string>;
  #planted: ReadonlyMap<string, string> = new Map();
  #version = 0;

  /** `root`: where the tsconfig.json is; `files`: those that will be given other texts, from there. */
  constructor(root: string, files: readonly string[]) {
    this.#root = root;
    this.#service = ts.createLanguageService(this.#host());
    this.#importers = importers(this.#service.getProgram()?.getSourceFiles() ?? []);
    const paths = files.map((file) => resolve(this.#root, file));
    this.#declared = new Map(paths.map((path) => [path, this.#declaration(path)]));
  }

  /** What the type check says, file by file, of the project with these texts in it; all is well with a file that has no errors. */
  errorsWith(texts: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
    this.#version += 1;
    this.#planted = new Map([...texts].map(([file, text]) => [resolve(this.#root, file), text]));
    const errors = [...texts.keys()].map(
      (file) => [file, this.#errorsThrough(resolve(this.#root, file))] as const,
    );
    this.#planted = new Map();
    return new Map(errors);
  }

  #errorsThrough(path: string): string[] {
    const isFelt = this.#declaration(path) !== this.#declared.get(path);
    const affected = [path, ...(isFelt ? (this.#importers.get(path) ?? []) : [])];
    return affected.flatMap((one) => this.#errorsOf(one));
  }

  #errorsOf(path: string): string[] {
    const found = [
      ...this.#service.getSyntacticDiagnostics(path),
      ...this.#service.getSemanticDiagnostics(path),
    ];
    return found.map(({ code, messageText }) => {
      const words = ts.flattenDiagnosticMessageText(messageText, ' ').replaceAll(/\s+/g, ' ');
      return `${relative(this.#root, path)}: TS${code}: ${words}`;
    });
  }

  #declaration(path: string): string {
    return this.#service
      .getEmitOutput(path, true, true)
      .outputFiles.map(({ text }) => text)
      .join();
  }

  #host(): ts.LanguageServiceHost {
    const read = (file: string) => ts.sys.readFile(file);
    const { config } = ts.readConfigFile(resolve(this.#root, 'tsconfig.json'), read) as { config: unknown };
    // Whoever makes a mistake also deletes what it leaves unused; a mutant is one line.
    const less = { noUnusedLocals: false, noUnusedParameters: false };
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, this.#root, less);
    return {
      getCompilationSettings: () => options,
      getScriptFileNames: () => fileNames,
      getScriptVersion: (file) => String(this.#planted.has(file) ? this.#version : 0),
      getScriptSnapshot: (file) => {
        const text = this.#planted.get(file) ?? read(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => this.#root,
      getDefaultLibFileName: (one) => ts.getDefaultLibFilePath(one),
      fileExists: (file) => ts.sys.fileExists(file),
      readFile: read,
      directoryExists: (folder) => ts.sys.directoryExists(folder),
      getDirectories: (folder) => ts.sys.getDirectories(folder),
    };
  }
}

/** Who imports each file of the project: imports carry the file's own name. */
function importers(files: readonly ts.SourceFile[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { fileName, statements, isDeclarationFile } of files) {
    if (isDeclarationFile) continue;
    for (const statement of statements) {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
      const from = statement.moduleSpecifier;
      if (from === undefined || !ts.isStringLiteral(from) || !from.text.startsWith('.')) continue;
      const target = resolve(dirname(fileName), from.text);
      found.set(target, [...(found.get(target) ?? []), fileName]);
    }
  }
  return found;
}

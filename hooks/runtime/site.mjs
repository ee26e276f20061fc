// The modules of the site that start Python, for Node.js, which takes a file for a module by its ending alone.
import { readFileSync } from "node:fs";

const module = (name) => {
  const source = readFileSync(new URL(`../../docs/assets/calculators/${name}`, import.meta.url), "base64");
  return import(`data:text/javascript;base64,${source}`);
};

export const { ENVIRONMENT, install, prepare } = await module("install.js");
export const { restore, withoutZeros } = await module("memory.js");

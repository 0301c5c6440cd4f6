// Runs Hugging Face's Rust `tokenizers` and OpenAI's `tiktoken` for a benchmark: one request a line, one answer a line.
import { readFileSync, openSync, writeSync, closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Tokenizer } from 'tokenizers';
import { Tiktoken } from 'tiktoken/lite';
import gpt2 from 'tiktoken/encoders/gpt2.json' with { type: 'json' };

let texts = [];
let tokenizer = null;
const tiktoken = new Tiktoken(gpt2.bpe_ranks, gpt2.special_tokens, gpt2.pat_str);
const batchSize = 1000;

const operations = {
  texts({ file }) {
    texts = JSON.parse(readFileSync(file, 'utf8'));
    return { texts: texts.length };
  },
  tokenizer({ file }) {
    tokenizer = Tokenizer.fromFile(file);
    return {};
  },
  // The ids stay on Rust's side but for their number, so that the copy into JavaScript is not counted.
  async tokenizers() {
    let tokens = 0;
    for (let i = 0; i < texts.length; i += batchSize) {
      for (const encoding of await tokenizer.encodeBatch(texts.slice(i, i + batchSize), { addSpecialTokens: false }))
        tokens += encoding.getLength();
    }
    return { tokens };
  },
  tiktoken() {
    let tokens = 0;
    for (const text of texts)
      tokens += tiktoken.encode_ordinary(text).length;
    return { tokens };
  },
  // Int32: number of ids, ids; for pairs (each text, by steps, with the next one) also the types, cut to `max`.
  async ids({ out, pairs, max, step }) {
    const file = openSync(out, 'w');
    if (pairs)
      tokenizer.setTruncation(max, { strategy: 'LongestFirst' });
    else
      tokenizer.disableTruncation();
    for (let i = 0; i < texts.length; i += batchSize) {
      const batch = texts.slice(i, i + batchSize);
      const encodings = pairs
        ? await Promise.all(batch.map((_, j) => i + j).filter(j => j % step === 0).map(j => tokenizer.encode(texts[j], texts[(j + 1) % texts.length])))
        : await tokenizer.encodeBatch(batch, { addSpecialTokens: false });
      const values = encodings.flatMap(e => [e.getLength(), ...e.getIds(), ...(pairs ? e.getTypeIds() : [])]);
      writeSync(file, new Uint8Array(Int32Array.from(values).buffer));
    }
    closeSync(file);
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    const cpu = process.cpuUsage();
    const start = performance.now();
    const answer = await operations[request.op](request);
    const used = process.cpuUsage(cpu);
    console.log(JSON.stringify({ ...answer, wall: performance.now() - start, cpu: (used.user + used.system) / 1000 }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error?.stack ?? error) }));
  }
}

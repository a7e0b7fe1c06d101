// onnx_run.js CASES.json OUT.json: runs ONNX files in the onnxruntime-node that NODE_PATH names.
// CASES: [{model, rows, inputs: [{name, values}]}], texts or numbers, null for NaN. OUT: [{output: {dims, values}} or
// {error}], in the same order.
const fs = require("fs");
const ort = require("onnxruntime-node");

function tensor(input, rows) {
    if (input.type === "category") return new ort.Tensor("string", input.values, [rows, 1]);
    return new ort.Tensor("float64", Float64Array.from(input.values, (v) => (v === null ? NaN : v)), [rows, 1]);
}

async function run(one) {
    const session = await ort.InferenceSession.create(one.model, { logSeverityLevel: 3 });
    const feeds = {};
    for (const input of one.inputs) feeds[input.name] = tensor(input, one.rows);
    const outputs = await session.run(feeds);
    const told = {};
    for (const name of session.outputNames) {
        const values = Array.from(outputs[name].data, (v) => (typeof v === "bigint" ? Number(v) : v));
        told[name] = { dims: outputs[name].dims, values };
    }
    return told;
}

async function main() {
    const told = [];
    for (const one of JSON.parse(fs.readFileSync(process.argv[2]))) {
        try {
            told.push(await run(one));
        } catch (problem) {
            told.push({ error: String(problem) });
        }
    }
    fs.writeFileSync(process.argv[3], JSON.stringify(told));
}

main();

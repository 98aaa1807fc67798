import protobuf from 'protobufjs';
import {
  IR_VERSION,
  OPSET,
  type OnnxAttribute,
  type OnnxDType,
  type OnnxModel,
  type OnnxNode,
  type OnnxValueInfo,
} from './model.ts';

/** Serialises a model in the ONNX file format. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const message = {
    irVersion: IR_VERSION,
    producerName: 'peft-workbench',
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: model.name,
      node: model.nodes.map(({ op, domain, inputs, outputs, attributes }) => ({
        input: inputs,
        output: outputs,
        opType: op,
        domain,
        attribute: Object.entries(attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
      })),
      initializer: [
        ...model.initializers.map(({ name, dtype, shape, data }) => ({
          name,
          dataType: DATA_TYPE[dtype],
          dims: shape,
          rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        })),
        ...(model.external ?? []).map(({ name, dtype, shape, location, offset, length }) => ({
          name,
          dataType: DATA_TYPE[dtype],
          dims: shape,
          dataLocation: EXTERNAL,
          externalData: Object.entries({ location, offset, length }).map(([key, value]) => ({
            key,
            value: String(value),
          })),
        })),
      ],
      input: model.inputs.map(encodeValueInfo),
      output: model.outputs.map(encodeValueInfo),
    },
  };
  return ModelProto.encode(ModelProto.create(message)).finish();
}

/** What the nodes of a serialised model do, and with which values. */
export function decodeNodes(bytes: Uint8Array): Pick<OnnxNode, 'op' | 'inputs' | 'outputs'>[] {
  const { graph } = ModelProto.toObject(ModelProto.decode(bytes), { arrays: true }) as {
    graph: { node: { opType: string; input: string[]; output: string[] }[] };
  };
  return graph.node.map(({ opType, input, output }) => ({ op: opType, inputs: input, outputs: output }));
}

/** TensorProto.DataType */
export const DATA_TYPE: Readonly<Record<OnnxDType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

/** TensorProto.DataLocation */
const EXTERNAL = 1;

/** AttributeProto.AttributeType */
function encodeAttribute(name: string, attribute: OnnxAttribute): object {
  switch (attribute.kind) {
    case 'float':
      return { name, type: 1, f: attribute.value };
    case 'int':
      return { name, type: 2, i: attribute.value };
    case 'ints':
      return { name, type: 7, ints: attribute.value };
    case 'text':
      return { name, type: 3, s: new TextEncoder().encode(attribute.value) };
  }
}

function encodeValueInfo({ name, dtype, shape }: OnnxValueInfo): object {
  const dim = shape?.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPE[dtype], ...(dim && { shape: { dim } }) } } };
}

type Field = [type: string, id: number, rule?: 'repeated'];

/** The part of onnx.proto that is written here, with its field numbers; names in camel case. */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  ModelProto: {
    irVersion: ['int64', 1],
    producerName: ['string', 2],
    graph: ['GraphProto', 7],
    opsetImport: ['OperatorSetIdProto', 8, 'repeated'],
  },
  OperatorSetIdProto: { domain: ['string', 1], version: ['int64', 2] },
  GraphProto: {
    node: ['NodeProto', 1, 'repeated'],
    name: ['string', 2],
    initializer: ['TensorProto', 5, 'repeated'],
    input: ['ValueInfoProto', 11, 'repeated'],
    output: ['ValueInfoProto', 12, 'repeated'],
  },
  NodeProto: {
    input: ['string', 1, 'repeated'],
    output: ['string', 2, 'repeated'],
    opType: ['string', 4],
    attribute: ['AttributeProto', 5, 'repeated'],
    domain: ['string', 7],
  },
  AttributeProto: {
    name: ['string', 1],
    f: ['float', 2],
    i: ['int64', 3],
    s: ['bytes', 4],
    ints: ['int64', 8, 'repeated'],
    type: ['int32', 20],
  },
  TensorProto: {
    dims: ['int64', 1, 'repeated'],
    dataType: ['int32', 2],
    name: ['string', 8],
    rawData: ['bytes', 9],
    externalData: ['StringStringEntryProto', 13, 'repeated'],
    dataLocation: ['int32', 14],
  },
  StringStringEntryProto: { key: ['string', 1], value: ['string', 2] },
  ValueInfoProto: { name: ['string', 1], type: ['TypeProto', 2] },
  TypeProto: { tensorType: ['TensorTypeProto', 1] },
  TensorTypeProto: { elemType: ['int32', 1], shape: ['TensorShapeProto', 2] },
  TensorShapeProto: { dim: ['DimensionProto', 1, 'repeated'] },
  DimensionProto: { dimValue: ['int64', 1], dimParam: ['string', 2] },
};

const ModelProto = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(MESSAGES).map(([message, fields]) => [
      message,
      {
        fields: Object.fromEntries(
          Object.entries(fields).map(([field, [type, id, rule]]) => [
            field,
            { type, id, ...(rule && { rule }) },
          ]),
        ),
      },
    ]),
  ),
}).lookupType('ModelProto');

// Asks AWS how a deployed stage is: its alarms, what waits in a queue, and which code its functions run; loaded where it is asked for.

import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { orUpstreamError, PATIENCE } from "./client.ts";

/** An alarm by its name; `sinceMs` in milliseconds since the epoch, NaN where it is not known. */
type Alarm = {
  readonly name: string;
  readonly state: string;
  readonly sinceMs: number;
  readonly description: string;
  /** Whether it notifies. */
  readonly isEnabled: boolean;
};

/** The code of a function: `version` is that of alertstatus, empty where it does not say. */
type Code = {
  readonly version: string;
  readonly sha256: string;
  readonly changed: string;
  readonly state: string;
  readonly update: string;
};

/** The alarms whose names begin so; an UpstreamError where they may not be read. */
export async function listAlarms(prefix: string): Promise<readonly Alarm[]> {
  const client = new CloudWatchClient(PATIENCE);
  const read = async () => {
    const alarms: Alarm[] = [];
    for await (const page of paginateDescribeAlarms({ client, pageSize: 100 }, { AlarmNamePrefix: prefix, AlarmTypes: ["MetricAlarm"] }))
      for (const { AlarmName, StateValue, StateTransitionedTimestamp, StateUpdatedTimestamp, ...more } of page.MetricAlarms ?? [])
        alarms.push({
          name: AlarmName ?? "",
          state: StateValue ?? "",
          sinceMs: (StateTransitionedTimestamp ?? StateUpdatedTimestamp)?.getTime() ?? Number.NaN,
          description: more.AlarmDescription ?? "",
          isEnabled: more.ActionsEnabled ?? true,
        });
    return alarms;
  };
  return orUpstreamError("cloudwatch:DescribeAlarms", read()).finally(() => client.destroy());
}

/** How many messages a queue holds, about; an UpstreamError where it does not say. */
export async function countMessages(queueUrl: string): Promise<number> {
  const client = new SQSClient({ ...PATIENCE, useQueueUrlAsEndpoint: false });
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl,
    AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
  });
  const { Attributes = {} } = await orUpstreamError("sqs:GetQueueAttributes", client.send(command)).finally(() => client.destroy());
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

/** What a function runs; an UpstreamError where it does not say. */
export async function readCode(name: string): Promise<Code> {
  const client = new LambdaClient(PATIENCE);
  const call = client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const answer = await orUpstreamError("lambda:GetFunctionConfiguration", call).finally(() => client.destroy());
  const { CodeSha256 = "", LastModified = "", State = "", LastUpdateStatus = "", Environment } = answer;
  return {
    version: Environment?.Variables?.VERSION ?? "",
    sha256: CodeSha256,
    changed: LastModified,
    state: State,
    update: LastUpdateStatus,
  };
}

// Lists everything in the local cloud, so that a test can see what a removed stack leaves behind.

import { type CloudCall, cloudRequest } from "./cloud-request.ts";
import type { CloudAccess } from "./local-cloud.ts";

/** How resources of one kind are listed, in a cloud that has only one page of each, and where their names stand in the answer. */
type Listing = CloudCall & { readonly name: RegExp };

const listings: Readonly<Record<string, Listing>> = {
  stack: { service: "cloudformation", query: "Action=DescribeStacks&Version=2010-05-15", name: /<StackName>([^<]+)/g },
  bucket: { service: "s3", name: /<Name>([^<]+)/g },
  queue: { service: "sqs", query: "Action=ListQueues&Version=2012-11-05", name: /<QueueUrl>([^<]+)/g },
  topic: { service: "sns", query: "Action=ListTopics&Version=2010-03-31", name: /<TopicArn>([^<]+)/g },
  function: { service: "lambda", path: "/2015-03-31/functions", name: /"FunctionName": ?"([^"]+)/g },
  "event source mapping": { service: "lambda", path: "/2015-03-31/event-source-mappings", name: /"UUID": ?"([^"]+)/g },
  "event bus": { service: "events", target: "AWSEvents.ListEventBuses", name: /"Name": ?"([^"]+)/g },
  schedule: { service: "scheduler", path: "/schedules", name: /"Name": ?"([^"]+)/g },
  "schedule group": { service: "scheduler", path: "/schedule-groups", name: /"Name": ?"([^"]+)/g },
  role: { service: "iam", query: "Action=ListRoles&Version=2010-05-08", name: /<RoleName>([^<]+)/g },
  alarm: { service: "monitoring", query: "Action=DescribeAlarms&Version=2010-08-01", name: /<AlarmName>([^<]+)/g },
  dashboard: { service: "monitoring", query: "Action=ListDashboards&Version=2010-08-01", name: /<DashboardName>([^<]+)/g },
  "log group": { service: "logs", target: "Logs_20140328.DescribeLogGroups", name: /"logGroupName": ?"([^"]+)/g },
  parameter: { service: "ssm", target: "AmazonSSM.DescribeParameters", name: /"Name": ?"([^"]+)/g },
  table: { service: "dynamodb", target: "DynamoDB_20120810.ListTables", name: /"(alertstatus-[^"]+)"/g },
  secret: { service: "secretsmanager", target: "secretsmanager.ListSecrets", name: /"Name": ?"([^"]+)/g },
};

/** The names of all there is in the cloud, of every kind that the stack is made of. */
export async function inventory(cloud: CloudAccess): Promise<readonly string[]> {
  const listed = Object.entries(listings).map(async ([kind, listing]) => {
    const answer = await cloudRequest(cloud, listing);
    return [...answer.matchAll(listing.name)].map(([, name]) => `${kind} ${name}`);
  });
  return (await Promise.all(listed)).flat().sort();
}

// Holds signatures and tokens of EKS to hosts that AWS names, in the region and partition that the fleet says.

import { expect, test } from "vitest";
import { awsDomain, isEksHost, isSignedHost } from "../../../functions/core/access/aws-hosts.ts";

const aps = (region: string) => ({ region, service: "aps" });

test.each([
  { host: "aps-workspaces.eu-central-1.amazonaws.com", signature: aps("eu-central-1"), is: true },
  { host: "aps-workspaces.cn-north-1.amazonaws.com.cn", signature: aps("cn-north-1"), is: true },
  { host: "aps-workspaces.us-gov-west-1.amazonaws.com", signature: aps("us-gov-west-1"), is: true },
  { host: "metrics.eu-central-1.amazonaws.com", signature: { region: "eu-central-1", service: "es" }, is: true },
  { host: "aps-workspaces.us-east-1.amazonaws.com", signature: aps("eu-central-1"), is: false },
  { host: "aps-workspaces.eu-central-1.amazonaws.com.cn", signature: aps("eu-central-1"), is: false },
  { host: "aps-workspaces.eu-central-1.amazonaws.com.evil.example", signature: aps("eu-central-1"), is: false },
  { host: "evil.aps-workspaces.eu-central-1.amazonaws.com", signature: aps("eu-central-1"), is: false },
  { host: "bucket.s3.eu-central-1.amazonaws.com", signature: aps("eu-central-1"), is: false },
  { host: "evil-eu-central-1.amazonaws.com", signature: { region: "eu-central-1", service: "es" }, is: false },
  { host: "abc.execute-api.eu-central-1.amazonaws.com", signature: { region: "eu-central-1", service: "execute-api" }, is: false },
  { host: "vpce-1.evil.eu-central-1.vpce.amazonaws.com", signature: { region: "eu-central-1", service: "es" }, is: false },
  { host: "evil.example", signature: aps("eu-central-1"), is: false },
])("a request for $signature.service in $signature.region is signed for $host: $is", ({ host, signature, is }) => {
  expect(isSignedHost(host, signature)).toBe(is);
});

test.each([
  { host: "ABC.gr7.eu-central-1.eks.amazonaws.com", region: "eu-central-1", is: true },
  { host: "ABC.gr7.cn-north-1.eks.amazonaws.com.cn", region: "cn-north-1", is: true },
  { host: "abc.eks.eu-central-1.api.aws", region: "eu-central-1", is: true },
  { host: "abc.gr7.eks-cluster.eu-central-1.api.aws", region: "eu-central-1", is: true },
  { host: "abc.eks-cluster.cn-north-1.api.amazonwebservices.com.cn", region: "cn-north-1", is: true },
  { host: "abc.eks.us-east-1.api.aws", region: "eu-central-1", is: false },
  { host: "abc.eks.cn-north-1.api.aws", region: "cn-north-1", is: false },
  { host: "abc.execute-api.eu-central-1.api.aws", region: "eu-central-1", is: false },
  { host: "evil-eks.eu-central-1.api.aws", region: "eu-central-1", is: false },
  { host: "abc.eks.eu-central-1.api.aws.evil.example", region: "eu-central-1", is: false },
])("$host is an endpoint of EKS in $region: $is", ({ host, region, is }) => {
  expect(isEksHost(host, region)).toBe(is);
});

test.each([
  { region: "us-iso-east-1", domain: "c2s.ic.gov" },
  { region: "us-isob-east-1", domain: "sc2s.sgov.gov" },
  { region: "eusc-de-east-1", domain: "amazonaws.eu" },
  { region: "ap-south-1", domain: "amazonaws.com" },
])("the domain of $region is $domain", ({ region, domain }) => {
  expect(awsDomain(region)).toBe(domain);
});

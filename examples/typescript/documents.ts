// The documents of this client. Run graphql-codegen after a change.
import { graphql } from "./generated/index.js";

export const Login = graphql(/* GraphQL */ `
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      accessToken
      expiresAt
    }
  }
`);

export const Members = graphql(/* GraphQL */ `
  query Members($tag: String!) {
    alliance(tag: $tag) {
      name
      nextHarvestAt
      members {
        id
        pseudo
        tdc
        resourceRights {
          adjustedShare
          accumulatedRights
        }
      }
    }
  }
`);

export const SendConvoy = graphql(/* GraphQL */ `
  mutation SendConvoy($input: ConvoyInput!) {
    sendConvoy(input: $input) {
      id
      materials
      arrivesAt
    }
  }
`);

metadata description = 'Types and names that several modules share.'

@export()
@description('A user-assigned identity as the other modules need it.')
type identity = {
  @description('Resource id: what an app is given.')
  id: string
  @description('Client id: what the code asks a token for.')
  clientId: string
  @description('Object id: what a role is given to.')
  principalId: string
}

@export()
@description('A role on one blob container.')
type containerGrant = {
  container: string
  @description('A key of roleIds.')
  role: 'blobReader' | 'blobContributor'
  @description('Tells assignments of one role apart: the duty of an identity, or the id of a person.')
  holder: string
  principalId: string
  principalType: 'ServicePrincipal' | 'User' | 'Group'
}

@export()
@description('Tags that every resource carries.')
type tagSet = {
  *: string
}

@export()
@description('One environment variable of a container.')
type setting = {
  name: string
  value: string
}

@export()
@description('What the trainer costs and how fast it is on one accelerator. Numbers as text, because Bicep has no fractions.')
type trainingRate = {
  @description('The short name: cpu, T4 or A100.')
  accelerator: string
  @description('Price of an hour of the trainer container, all that is billed with it included.')
  perHour: string?
  @description('10^12 floating-point operations a second at best.')
  peakTflops: string?
  @description('Share of that which training reaches, 0 to 1.')
  utilisation: string?
  @description('Seconds of a container that are not training.')
  startSeconds: string?
}

@export()
@description('Ids of built-in roles; they are the same in every tenant.')
var roleIds = {
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d'
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  blobReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  serviceBusOwner: '090c5cfd-751d-490a-894a-3ce6f1109419'
  serviceBusReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  serviceBusSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
}

metadata description = 'What someone is told by mail: failed runs, silent trainers, lost events, failing requests, drift, and the bill.'

import { logLines } from 'log-lines.bicep'
import { tagSet } from 'types.bicep'

param tags tagSet
param email string
param location string
param workspaceId string
param serviceBusId string
param functionsAppId string

@description('Whether it runs on Flex Consumption: its lines are in another table, and its server errors have a metric of another name.')
param isFlex bool

param eventTopicId string

@description('Budget of the resource group for a month, in the currency of the subscription.')
@minValue(1)
param monthlyBudget int

@description('First day of a month, yyyy-MM-01. Azure takes no date before the current month for a new budget.')
param budgetStartDate string

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-pipeline'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'pipeline'
    emailReceivers: [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

// Trainer and functions log a run that has failed for good under one number, RunLogEvents.RunFailed.
resource failedRuns 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-failed-runs'
  location: location
  tags: tags
  properties: {
    displayName: 'Failed runs'
    description: 'A run has failed for good. GET /api/runs/{id} says why.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          // As JSON in the functions' logs, in brackets in the trainer's.
          query: '${logLines(isFlex)} | where Log contains \'"EventId":2001\' or Log contains \'[2001]\''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    // The tables come with the first line of a log.
    skipQueryValidation: true
    actions: { actionGroups: [mail.id] }
  }
}

// CheckRuns logs a trainer without a heartbeat under one number, RunLogEvents.TrainerSilent, and sends its message again.
resource silentTrainers 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-no-heartbeat'
  location: location
  tags: tags
  properties: {
    displayName: 'Trainers without a heartbeat'
    description: 'A trainer has given no sign of life for ten minutes; its message was sent again. If it comes often, look at the executions of the job.'
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: '${logLines(isFlex)} | where Log contains \'"EventId":2003\''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    skipQueryValidation: true
    actions: { actionGroups: [mail.id] }
  }
}

// WatchDrift logs a model whose predictions have shifted under one number, DriftWatch.Drifted, once a day.
resource drift 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-drift'
  location: location
  tags: tags
  properties: {
    displayName: 'Drift'
    description: 'A model predicts other labels than on its test split. GET /api/models/{name}/drift says which.'
    severity: 3
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT1H'
    criteria: {
      allOf: [
        {
          query: '${logLines(isFlex)} | where Log contains \'"EventId":5001\''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    skipQueryValidation: true
    actions: { actionGroups: [mail.id] }
  }
}

// What lies in a dead-letter queue for minutes, whichever: the function that would take it out does not run.
resource deadLetters 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'alert-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'A message lies in the dead-letter queue of its queue, and no function takes it out.'
    severity: 1
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead-letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Maximum'
        }
      ]
    }
    actions: [{ actionGroupId: mail.id }]
  }
}

resource lostEvents 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'alert-undelivered-events'
  location: 'global'
  tags: tags
  properties: {
    description: 'An upload event could not be delivered; it lies in the container event-dead-letters of the host storage account.'
    severity: 1
    enabled: true
    scopes: [eventTopicId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'undelivered-events'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: 'DeadLetteredCount'
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Total'
          // The metric exists only once the subscription does.
          skipMetricValidation: true
        }
      ]
    }
    actions: [{ actionGroupId: mail.id }]
  }
}

resource serverErrors 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'alert-5xx'
  location: 'global'
  tags: tags
  properties: {
    description: 'More than 5 requests in 5 minutes were answered with a server error.'
    severity: 2
    enabled: true
    scopes: [functionsAppId]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'server-errors'
          metricNamespace: isFlex ? 'Microsoft.Web/sites' : 'Microsoft.App/containerApps'
          metricName: isFlex ? 'Http5xx' : 'Requests'
          dimensions: isFlex ? [] : [{ name: 'statusCodeCategory', operator: 'Include', values: ['5xx'] }]
          operator: 'GreaterThan'
          threshold: 5
          timeAggregation: 'Total'
        }
      ]
    }
    actions: [{ actionGroupId: mail.id }]
  }
}

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: 'budget-pipeline'
  properties: {
    category: 'Cost'
    amount: monthlyBudget
    timeGrain: 'Monthly'
    timePeriod: { startDate: budgetStartDate }
    notifications: {
      half: { enabled: true, operator: 'GreaterThan', threshold: 50, thresholdType: 'Actual', contactEmails: [email] }
      full: { enabled: true, operator: 'GreaterThan', threshold: 100, thresholdType: 'Actual', contactEmails: [email] }
      forecast: { enabled: true, operator: 'GreaterThan', threshold: 100, thresholdType: 'Forecasted', contactEmails: [email] }
    }
  }
}

namespace Pipeline.InfraTests;

/// <summary>Production inside a virtual network, on the larger GPU.</summary>
public sealed class PrivateNetworkTests(PrivateNetworkTests.Fixture closed) : DeploymentTests(closed), IClassFixture<PrivateNetworkTests.Fixture>
{
    [Fact]
    public void Storage_and_queue_are_closed_to_the_internet()
    {
        var accounts = closed.Deployment.OfType("Microsoft.Storage/storageAccounts").ToArray();

        Assert.Equal(2, accounts.Length);
        Assert.All(accounts, account => Assert.Equal("Deny", account.Text("properties.networkAcls.defaultAction")));
        Assert.Equal("Deny", closed.Deployment.Single("Microsoft.ServiceBus/namespaces/networkRuleSets").Text("properties.defaultAction"));
        Assert.Equal("Premium", closed.Deployment.Single("Microsoft.ServiceBus/namespaces").Text("sku.name"));
    }

    [Fact]
    public void Event_grid_which_comes_from_outside_is_let_into_the_queues_and_the_dead_letters_by_the_identity_that_firewalls_trust()
    {
        var rules = closed.Deployment.Single("Microsoft.ServiceBus/namespaces/networkRuleSets");
        var host = Assert.Single(closed.Deployment.OfType("Microsoft.Storage/storageAccounts"), account => account.Text("name").StartsWith("sthost", StringComparison.Ordinal));

        Assert.True(rules.Flag("properties.trustedServiceAccessEnabled"));
        // Of whom else: of nobody, since in this subnet are private endpoints only.
        Assert.Contains("endpointSubnetId", Assert.Single(rules.At("properties.virtualNetworkRules").AsArray())!.Text("subnet.id"), StringComparison.Ordinal);
        Assert.Null(rules.At("properties")["ipRules"]);
        Assert.Equal("Enabled", rules.Text("properties.publicNetworkAccess"));
        Assert.Equal(("Enabled", "AzureServices"), (host.Text("properties.publicNetworkAccess"), host.Text("properties.networkAcls.bypass")));
        Assert.Equal("SystemAssigned", closed.Deployment.Single("Microsoft.EventGrid/systemTopics").Text("identity.type"));
    }

    [Fact]
    public async Task An_isolated_worker_is_refused_with_what_to_do()
    {
        using var folder = new BicepFolder();
        folder.Set("ALERT_EMAIL", "operator@example.com");
        folder.Set("FUNCTIONS_HOSTING", "IsolatedWorker");
        folder.Set("PRIVATE_NETWORKING", "true");

        Assert.Contains("IsolatedWorker goes without privateNetworking, for its blob trigger needs storage queues: use CustomHandler", await folder.RefusalAsync("production.bicepparam"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_of_them_has_an_endpoint_and_a_name_inside()
    {
        Assert.Equal(
            ["pe-host-storage", "pe-service-bus", "pe-storage"],
            closed.Deployment.OfType("Microsoft.Network/privateEndpoints").Select(endpoint => endpoint.Text("name")).Order());
        Assert.Equal(
            ["[format('privatelink.blob.{0}', environment().suffixes.storage)]", "privatelink.servicebus.windows.net"],
            closed.Deployment.OfType("Microsoft.Network/privateDnsZones").Select(zone => zone.Text("name")).Order(StringComparer.Ordinal));
        Assert.Equal(3, closed.Deployment.OfType("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count());
        Assert.Equal(2, closed.Deployment.OfType("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count());
    }

    [Fact]
    public void The_environment_lives_in_the_network() =>
        Assert.Contains("environmentSubnetId", closed.Deployment.Single("Microsoft.App/managedEnvironments").Text("properties.vnetConfiguration"), StringComparison.Ordinal);

    [Fact]
    public void The_larger_gpu_comes_with_its_cores_and_memory() =>
        Assert.Equal((24, "220Gi"), (closed.Deployment.TrainerContainer.Number("resources.cpu"), closed.Deployment.TrainerContainer.Text("resources.memory")));

    [Fact]
    public void Tokens_are_asked_for_of_the_tenant_that_is_named() => Assert.Equal(
        [("Pipeline__Auth__Audience", "api://classifier"), ("Pipeline__Auth__TenantId", "contoso.example")],
        closed.Deployment.FunctionsContainer.Settings().Where(s => s.Key.StartsWith("Pipeline__Auth__", StringComparison.Ordinal)).Select(s => (s.Key, s.Value)).Order());

    public sealed class Fixture() : DeploymentFixture(
        "production.bicepparam", ("ALERT_EMAIL", "operator@example.com"), ("PRIVATE_NETWORKING", "true"), ("ENTRA_TENANT_ID", "contoso.example"),
        ("ENTRA_AUDIENCE", "api://classifier"), ("TRAINER_PROFILE", "Consumption-GPU-NC24-A100"));
}

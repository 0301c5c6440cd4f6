using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Serving;
using Pipeline.Tests.Shared;
using Pipeline.UnitTests.Serving;

namespace Pipeline.UnitTests.Functions;

/// <summary>Tokens of Entra ID: keys and metadata are made here, and served in place of the tenant's own.</summary>
public sealed class AuthTests(AuthTests.Guarded guarded) : IClassFixture<AuthTests.Guarded>
{
    private const string Tenant = "11111111-2222-3333-4444-555555555555", Client = "99999999-8888-7777-6666-555555555555";
    private const string Issuer = $"https://login.microsoftonline.com/{Tenant}/v2.0";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Models.Classify", 200, 403)]
    [InlineData("Models.Manage", 200, 400)]
    [InlineData("Models.Other", 403, 403)]
    [InlineData(null, 403, 403)]
    public async Task Classifying_and_managing_are_two_roles(string? role, int classify, int promote)
    {
        Assert.Equal(classify, await ClassifyAsync(Token(role)));
        // 400 is past the door: the body names no version.
        foreach (var path in (string[])["/api/models/spam/promote", "/api/models/No%2FModel/rollback", "/api/runs/No%2FRun/cancel"])
        {
            using var response = await SendAsync(HttpMethod.Post, path, "{\"odd\":1}", Token(role));
            Assert.Equal(promote, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task Who_has_not_the_role_is_told_which_one_it_takes()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/models/spam/promote", "{}", Token("Models.Classify"));

        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        Assert.Equal(("role-missing", "The token has not the role 'Models.Manage'."), ((string?)problem["code"], (string?)problem["detail"]));
    }

    [Fact]
    public async Task A_request_without_a_token_is_401_and_says_what_is_missing()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/models/spam/classify", """{"inputs":"a"}""", null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("no-token", (string?)(await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["code"]);
    }

    [Fact]
    public async Task A_client_of_Text_Embeddings_Inference_is_told_in_its_shape()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/models/spam/predict", """{"inputs":"a"}""", null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(["error", "error_type"], (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!.Select(p => p.Key));
    }

    [Fact]
    public async Task A_token_of_version_2_is_for_the_client_id() => Assert.Equal(200, await ClassifyAsync(Token("Models.Classify", audience: Client)));

    [Theory]
    [InlineData("another audience")]
    [InlineData("another issuer")]
    [InlineData("another key")]
    [InlineData("expired")]
    [InlineData("not yet")]
    [InlineData("no signature")]
    [InlineData("symmetric")]
    [InlineData("no token")]
    public async Task A_token_that_is_not_the_tenants_for_this_app_is_401(string wrong)
    {
        var token = wrong switch
        {
            "another audience" => Token("Models.Classify", audience: "api://another"),
            "another issuer" => Token("Models.Classify", issuer: "https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0"),
            "another key" => Token("Models.Classify", key: new SigningCredentials(Key(guarded.OtherRsa), SecurityAlgorithms.RsaSha256)),
            "expired" => Token("Models.Classify", from: DateTime.UtcNow.AddHours(-3)),
            "not yet" => Token("Models.Classify", from: DateTime.UtcNow.AddHours(1)),
            "no signature" => Token("Models.Classify", isSigned: false),
            "symmetric" => Token("Models.Classify", key: new SigningCredentials(new SymmetricSecurityKey(guarded.Rsa.ExportRSAPublicKey()), SecurityAlgorithms.HmacSha256)),
            _ => "no.token.atall",
        };

        Assert.Equal(401, await ClassifyAsync(token));
    }

    [Theory]
    [InlineData("/api/options.schema.json", HttpStatusCode.OK)]
    [InlineData("/api/openapi.json", HttpStatusCode.OK)]
    [InlineData("/api/try", HttpStatusCode.OK)]
    [InlineData("/api/health", HttpStatusCode.ServiceUnavailable)] // It has no storage here.
    [InlineData("/api/metrics", HttpStatusCode.Unauthorized)]
    [InlineData("/api/models", HttpStatusCode.Unauthorized)]
    [InlineData("/api/runs", HttpStatusCode.Unauthorized)]
    [InlineData("/api/nowhere", HttpStatusCode.Unauthorized)]
    public async Task What_is_for_anybody_wants_no_token_and_everything_else_does(string path, HttpStatusCode status)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task The_hosts_own_triggers_come_without_a_token()
    {
        using var response = await SendAsync(HttpMethod.Post, "/IngestDataset", "{}", null);

        Assert.NotEqual(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("Audience", "Pipeline:Auth:TenantId=" + Tenant)]
    [InlineData("TenantId", "Pipeline:Auth:Audience=api://a")]
    [InlineData("TenantId", "Pipeline:Auth:TenantId=common", "Pipeline:Auth:Audience=api://a")]
    [InlineData("tenant's id", "Pipeline:Auth:TenantId=a/b", "Pipeline:Auth:Audience=api://a")]
    [InlineData("ManageRole", "Pipeline:Auth:ManageRole=Models.Classify")]
    [InlineData("Instance", "Pipeline:Auth:Instance=http://login.example/")]
    public async Task Settings_that_leave_a_door_open_end_the_program_at_its_start(string named, params string[] settings)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningFunctions.StartAsync(settings: settings));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    private async Task<int> ClassifyAsync(string token)
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/models/spam/classify", """{"inputs":"a"}""", token);
        return (int)response.StatusCode;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, string? token)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return guarded.App.Http.SendAsync(request, Cancel);
    }

    private string Token(
        string? role, string audience = $"api://{Client}", string issuer = Issuer, SigningCredentials? key = null, DateTime? from = null, bool isSigned = true)
    {
        var start = from ?? DateTime.UtcNow.AddMinutes(-5);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            NotBefore = start,
            Expires = start.AddHours(1),
            Subject = new ClaimsIdentity(role is null ? [] : [new Claim("roles", role)]),
            SigningCredentials = isSigned ? key ?? new SigningCredentials(Key(guarded.Rsa), SecurityAlgorithms.RsaSha256) : null,
        });
    }

    private static RsaSecurityKey Key(RSA rsa) => new(rsa) { KeyId = "key-1" };

    /// <summary>The program, started once for all tests, with a tenant and its key.</summary>
    public sealed class Guarded : IAsyncLifetime
    {
        internal RSA Rsa { get; } = RSA.Create(2_048);

        internal RSA OtherRsa { get; } = RSA.Create(2_048);

        internal RunningFunctions App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var models = new FakeModelSource();
            models.Publish("spam", "v1");
            App = await RunningFunctions.StartAsync(
                configure: b =>
                {
                    b.Services.AddSingleton<IModelSource>(models).AddSingleton<IDropHandler, RecordingDropHandler>();
                    b.Services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, jwt => jwt.BackchannelHttpHandler = new TenantEndpoints(Key(Rsa)));
                },
                settings: [$"Pipeline:Auth:TenantId={Tenant}", $"Pipeline:Auth:Audience=api://{Client}"]);
        }

        public async ValueTask DisposeAsync()
        {
            if (App is not null)
                await App.DisposeAsync();
            Rsa.Dispose();
            OtherRsa.Dispose();
        }
    }

    /// <summary>What the tenant publishes: its metadata and its signing key.</summary>
    private sealed class TenantEndpoints(RsaSecurityKey key) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            object? document = request.RequestUri!.AbsoluteUri switch
            {
                $"{Issuer}/.well-known/openid-configuration" => new { issuer = Issuer, jwks_uri = $"{Issuer}/keys" },
                $"{Issuer}/keys" => new { keys = new[] { new { kty = "RSA", use = "sig", kid = key.KeyId, n = Part(p => p.Modulus), e = Part(p => p.Exponent) } } },
                _ => null,
            };
            return Task.FromResult(new HttpResponseMessage(document is null ? HttpStatusCode.NotFound : HttpStatusCode.OK) { Content = JsonContent.Create(document) });
        }

        private string Part(Func<RSAParameters, byte[]?> part) => Base64UrlEncoder.Encode(part(key.Rsa.ExportParameters(false))!);
    }
}

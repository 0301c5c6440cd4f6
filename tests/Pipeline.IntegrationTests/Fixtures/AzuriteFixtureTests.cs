using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Pipeline.IntegrationTests.Fixtures;

/// <summary>What the pipeline takes for granted of blob storage holds for the emulator the tests run on.</summary>
public sealed class AzuriteFixtureTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_is_created_only_once_under_if_none_match()
    {
        BlobClient blob = await NewBlobAsync();
        var once = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };

        await blob.UploadAsync(Content("first"), once, Cancel);
        var second = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(Content("second"), once, Cancel));

        Assert.Equal(BlobErrorCode.BlobAlreadyExists, second.ErrorCode);
    }

    [Fact]
    public async Task A_blob_that_changed_in_the_meantime_is_not_overwritten_under_if_match()
    {
        BlobClient blob = await NewBlobAsync();
        ETag old = (await blob.UploadAsync(Content("first"), Cancel)).Value.ETag;
        await blob.UploadAsync(Content("second"), overwrite: true, Cancel);

        var late = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(
            Content("late"), new BlobUploadOptions { Conditions = new BlobRequestConditions { IfMatch = old } }, Cancel));

        Assert.Equal(412, late.Status);
    }

    [Fact]
    public async Task An_append_blob_grows()
    {
        BlobContainerClient container = (await NewBlobAsync()).GetParentBlobContainerClient();
        AppendBlobClient log = container.GetAppendBlobClient("events.jsonl");
        await log.CreateAsync(cancellationToken: Cancel);

        await log.AppendBlockAsync(Content("one\n"), cancellationToken: Cancel);
        await log.AppendBlockAsync(Content("two\n"), cancellationToken: Cancel);

        Assert.Equal("one\ntwo\n", (await log.DownloadContentAsync(Cancel)).Value.Content.ToString());
    }

    [Fact]
    public async Task A_new_account_is_empty()
    {
        await NewBlobAsync();

        var other = new BlobServiceClient(azurite.NewAccount());

        Assert.Empty(await other.GetBlobContainersAsync(cancellationToken: Cancel).ToListAsync(Cancel));
    }

    private async Task<BlobClient> NewBlobAsync()
    {
        BlobContainerClient container = azurite.CreateClient().GetBlobContainerClient($"c{Guid.NewGuid():N}");
        await container.CreateAsync(cancellationToken: Cancel);
        return container.GetBlobClient("blob");
    }

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));
}

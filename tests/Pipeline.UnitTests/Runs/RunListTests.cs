using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Pipeline.Core;
using Pipeline.Core.Runs;

namespace Pipeline.UnitTests.Runs;

public class RunListTests
{
    private const int Runs = 50;

    [Fact]
    public async Task Records_are_read_sixteen_at_a_time_and_listed_newest_first()
    {
        using var storage = new SlowStorage(answersWhenWaiting: 16);
        var options = new BlobClientOptions { Transport = new HttpClientTransport(new HttpClient(storage, disposeHandler: false)) };

        var runs = await new RunStore(new BlobServiceClient(new Uri("http://storage.test"), options)).ListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, Runs).Reverse().Where(i => i != SlowStorage.Gone).Select(SlowStorage.Id), runs.Select(r => r.RunId));
        Assert.Equal(16, storage.MostWaiting);
    }

    // Answers a read of a record only when so many are waiting, or no more can come.
    private sealed class SlowStorage(int answersWhenWaiting) : HttpMessageHandler
    {
        /// <summary>A run whose record is not there, or no more.</summary>
        public const int Gone = 7;

        private readonly Lock _lock = new();
        private readonly List<TaskCompletionSource> _waiting = [];
        private int _asked;

        public int MostWaiting { get; private set; }

        public static string Id(int run) => $"mail-{run:x12}";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Query.Contains("comp=list", StringComparison.Ordinal))
                return Answer(List(), "application/xml");
            var run = int.Parse(request.RequestUri.Segments[^2].TrimEnd('/')["mail-".Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            await WaitAsync().WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
            if (run != Gone)
                return Answer(Record(run), "application/json");
            var missing = new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("") };
            missing.Headers.Add("x-ms-error-code", "BlobNotFound");
            return missing;
        }

        private Task WaitAsync()
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                _waiting.Add(turn);
                _asked++;
                MostWaiting = Math.Max(MostWaiting, _waiting.Count);
                if (_waiting.Count == answersWhenWaiting || _asked == Runs)
                {
                    _waiting.ForEach(t => t.SetResult());
                    _waiting.Clear();
                }
            }

            return turn.Task;
        }

        private static string List() =>
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"http://storage.test\" ContainerName=\"runs\"><Delimiter>/</Delimiter><Blobs>"
            + string.Concat(Enumerable.Range(0, Runs).Select(run => $"<BlobPrefix><Name>{Id(run)}/</Name></BlobPrefix>"))
            + "</Blobs><NextMarker /></EnumerationResults>";

        private static string Record(int run) => JsonSerializer.Serialize(
            new RunRecord
            {
                RunId = Id(run),
                ModelName = "mail",
                Version = "v",
                Dataset = new DatasetReference("mail.csv", "e", 1),
                State = RunState.Queued,
                Options = new RunOptions(),
                CreatedAt = DateTimeOffset.UnixEpoch.AddMinutes(run),
            },
            PipelineJson.Indented);

        private static HttpResponseMessage Answer(string body, string type)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, type) };
            answer.Headers.ETag = new("\"0x1\"");
            answer.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
            return answer;
        }
    }
}

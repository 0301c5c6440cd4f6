using Azure;
using Azure.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Pipeline.Functions.Api;

/// <summary>Tells failures of the storage account from failures of this program.</summary>
internal static class StorageFailure
{
    /// <summary>True where another try later, or a change to the account, can help.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        // After its retries the client throws the failures of all tries together.
        AggregateException many => many.InnerExceptions.All(Is),
        RequestFailedException { ErrorCode: "ContainerNotFound" } => true,
        RequestFailedException failed => failed.Status is 0 or 401 or 403 or 408 or 429 or >= 500,
        AuthenticationFailedException => true,
        _ => false,
    };

    /// <summary>The failure in one line, without the headers that the client appends.</summary>
    public static string Reason(Exception exception)
    {
        var one = exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception;
        return one.Message.Split('\n', 2)[0].TrimEnd('\r', '.', ' ') + ".";
    }

    /// <summary>503 with the reason and what to do.</summary>
    public static ProblemHttpResult Answer(Exception exception)
    {
        var fix = exception switch
        {
            RequestFailedException { ErrorCode: "ContainerNotFound" } => "Create the storage containers (the infrastructure template and the local program do).",
            RequestFailedException { Status: 401 or 403 } or AuthenticationFailedException => "Give the app's identity the role Storage Blob Data Contributor on the account.",
            _ => "Try again after the seconds in Retry-After; if it stays so, check that the storage account is up and Pipeline:Storage names it.",
        };
        return Problem.Of(StatusCodes.Status503ServiceUnavailable, "storage-unavailable", "Storage cannot be used now: " + Reason(exception), fix);
    }
}

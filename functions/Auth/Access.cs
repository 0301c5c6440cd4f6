namespace Pipeline.Functions.Auth;

/// <summary>Who may call a route. What says nothing is for those who classify.</summary>
internal static class Access
{
    /// <summary>The policy of routes by which a person decides something.</summary>
    public const string ManagePolicy = "manage";

    /// <summary>For those who promote, roll back and cancel; <c>authLevel</c> <c>admin</c> in function.json.</summary>
    public static T ForManagers<T>(this T route)
        where T : IEndpointConventionBuilder => route.RequireAuthorization(ManagePolicy);

    /// <summary>For anybody; <c>authLevel</c> <c>anonymous</c> in function.json, or a trigger of the Functions host, which has no token.</summary>
    public static T ForAnybody<T>(this T route)
        where T : IEndpointConventionBuilder => route.AllowAnonymous();
}

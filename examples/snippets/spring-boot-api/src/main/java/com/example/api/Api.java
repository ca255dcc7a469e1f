package com.example.api;

import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.JwkSetUriJwtDecoderBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Api {

  public static void main(String[] args) {
    SpringApplication.run(Api.class, args);
  }

  @Bean
  SecurityFilterChain requests(HttpSecurity http) throws Exception {
    return http
        .authorizeHttpRequests(requests -> requests
            .requestMatchers("/notes").hasAuthority("SCOPE_notes:read")
            .anyRequest().denyAll())
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
        .build();
  }

  // Access tokens are of the type at+jwt (RFC 9068 4); Spring looks for JWT, which ID tokens are too.
  @Bean
  JwkSetUriJwtDecoderBuilderCustomizer typeIsLeftToValidator() {
    return decoder -> decoder.validateType(false);
  }

  @Bean
  JwtTypeValidator accessTokensOnly() {
    return new JwtTypeValidator("at+jwt", "application/at+jwt");
  }

  @GetMapping("/notes")
  Map<String, Object> notes(@AuthenticationPrincipal Jwt token) {
    return Map.of("caller", token.getSubject(), "client", token.getClaimAsString("client_id"), "notes", List.of());
  }
}
